package org.capvm.testsuite.programs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.capvm.testsuite.roots.DebianRoot;

/**
 * What qemu-riscv64 makes of a case on the same binary. Recorded once for each combination of
 * qemu's version, root folder, command and inputs, in the cache outside of the tree.
 */
final class Reference {
  private static final Path RECORDINGS = DebianRoot.cache().resolve("recordings");

  private Reference() {}

  /**
   * The exit status and the output of a case; standard error is not kept.
   *
   * @param folder with the inputs; a program may change a copy of it only
   */
  static Outcome of(ProgramCase program, Inputs.Size size, Path folder)
      throws InterruptedException {
    try {
      Path recording = RECORDINGS.resolve(key(program, size, folder));
      if (!Files.exists(recording)) {
        record(program, size, folder, recording);
      }
      byte[] bytes = Files.readAllBytes(recording);
      return new Outcome(
          ByteBuffer.wrap(bytes).getInt(), Arrays.copyOfRange(bytes, 4, bytes.length), new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void record(ProgramCase program, Inputs.Size size, Path folder, Path recording)
      throws IOException, InterruptedException {
    try (WorkFolder work = WorkFolder.copyOf(folder)) {
      Outcome outcome =
          qemu(program.program(), program.arguments(size))
              .withFolder(work.path())
              .withInput(input(program, size, folder))
              .withSeconds(600)
              .run();
      ByteBuffer bytes = ByteBuffer.allocate(4 + outcome.output().length);
      bytes.putInt(outcome.status()).put(outcome.output());
      Files.createDirectories(RECORDINGS);
      Path file = Files.createTempFile(RECORDINGS, "new", null);
      Files.write(file, bytes.array());
      Files.move(file, recording, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** A program of the root folder under qemu. */
  static Command qemu(String program, List<String> arguments) {
    String root = DebianRoot.path().toString();
    List<String> words = new ArrayList<>(List.of("qemu-riscv64", "-L", root, root + program));
    words.addAll(arguments);
    return new Command(words);
  }

  /** The file that is a case's standard input: an input, or the output of another case. */
  static Path input(ProgramCase program, Inputs.Size size, Path folder)
      throws InterruptedException {
    if (program.input() == null) {
      return Path.of("/dev/null");
    }
    if (!program.input().startsWith("<")) {
      return folder.resolve(program.input());
    }
    Path file = folder.resolve("output-of-" + program.input().substring(1));
    try {
      if (!Files.exists(file)) {
        ProgramCase producer = ProgramCases.named(program.input().substring(1));
        Files.write(file, of(producer, size, folder).output());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private static String key(ProgramCase program, Inputs.Size size, Path folder)
      throws IOException, InterruptedException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(new Command(List.of("qemu-riscv64", "--version")).succeed().output());
      digest.update(Files.readAllBytes(Path.of(DebianRoot.path() + program.program())));
      add(digest, DebianRoot.path().getFileName().toString());
      add(digest, program.toString());
      add(digest, program.arguments(size).toString());
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.sorted().toList()) {
          if (!file.getFileName().toString().startsWith("output-of-")) {
            add(digest, file.getFileName().toString());
            digest.update(Files.readAllBytes(file));
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }
}
