package org.capvm.testsuite.instructions;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The recordings in the tree: compressed text resources beside this class. */
enum RecordingFile {
  INTEGER(IntegerPrograms::base),
  MULTIPLICATION(IntegerPrograms::multiplication),
  MEMORY(MemoryPrograms::accesses),
  ATOMIC(MemoryPrograms::atomics),
  CONTROL(ControlPrograms::control),
  CSR(ControlPrograms::csrs),
  SINGLE(FloatPrograms::single),
  DOUBLE(FloatPrograms::doubles),
  COMPRESSED(CompressedPrograms::all);

  private final Supplier<List<Program>> programs;

  RecordingFile(Supplier<List<Program>> programs) {
    this.programs = programs;
  }

  /** What it records. */
  List<Program> programs() {
    return programs.get();
  }

  String fileName() {
    return name().toLowerCase(java.util.Locale.ROOT) + ".txt.gz";
  }

  List<Recording> read() {
    try (InputStream in = RecordingFile.class.getResourceAsStream(fileName())) {
      if (in == null) {
        throw new IllegalStateException(
            fileName() + " is missing: run testsuite/recorded/instructions/record");
      }
      return Recording.read(
          new BufferedReader(
              new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + fileName(), e);
    }
  }

  void write(Path folder, String comment, List<Recording> recordings) throws IOException {
    try (BufferedWriter out =
        new BufferedWriter(
            new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(folder.resolve(fileName()))),
                StandardCharsets.UTF_8))) {
      out.write("# " + comment + "\n\n");
      for (Recording recording : recordings) {
        recording.write(out);
      }
    }
  }
}
