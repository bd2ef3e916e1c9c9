package org.capvm.testsuite.guest;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.process.Capvm.Engine;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.size.SuiteSize;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Our own guest programs on both engines, against what qemu-riscv64 made of them.
 *
 * <p>{@code -Dcapvm.bless=true} records the expectations again; the nightly size runs the large
 * programs in the interpreter too; {@code -Dcapvm.translated=true} runs none there, and {@code
 * -Dcapvm.guest.every=N} one in N from number {@code -Dcapvm.guest.first} on.
 */
@Tag("slow")
class GuestProgramsTest {
  private static final boolean TRANSLATED_ONLY = Boolean.getBoolean("capvm.translated");
  private static final int EVERY = Integer.getInteger("capvm.guest.every", 1);
  private static final int FIRST = Integer.getInteger("capvm.guest.first", 0);

  @BeforeAll
  static void bless() throws IOException, InterruptedException {
    if (!Boolean.getBoolean("capvm.bless")) {
      return;
    }
    for (GuestSource source : GuestSource.all()) {
      if (source.isRecorded()) {
        Expectation.record(source).write(source);
      }
    }
    String version = new Command(List.of("qemu-riscv64", "--version")).succeed().outputText();
    Files.writeString(
        GuestSource.FOLDER.resolve("RECORDED"), version.lines().findFirst().orElseThrow() + "\n");
  }

  @TestFactory
  Stream<DynamicNode> programs() {
    List<GuestSource> all = GuestSource.all();
    return IntStream.range(0, all.size())
        .filter(number -> number % EVERY == FIRST)
        .mapToObj(all::get)
        .map(
            source ->
                dynamicContainer(
                    source.name(),
                    Stream.of(Engine.values())
                        .filter(engine -> isSelected(source, engine))
                        .map(engine -> dynamicTest(engine.name(), () -> check(source, engine)))));
  }

  private static boolean isSelected(GuestSource source, Engine engine) {
    return engine == Engine.TRANSLATED
        || !TRANSLATED_ONLY && (!source.isLarge() || SuiteSize.isNightly());
  }

  private static void check(GuestSource source, Engine engine) throws InterruptedException {
    Path program = CrossCompiler.build(source);
    List<String> options = new ArrayList<>(source.words("options"));
    for (String variable : source.words("environment")) {
      options.addAll(List.of("--env", variable));
    }
    String path = program.toString();
    if (source.isDynamic()) {
      options.addAll(List.of("--root", CrossCompiler.ROOT.toString()));
      options.addAll(List.of("--volume", program.getParent() + ":/guest"));
      path = "/guest/" + program.getFileName();
    }
    List<String> words = new ArrayList<>(List.of(path));
    words.addAll(source.words("arguments"));
    Expectation.read(source).check(Capvm.run(engine, options, words).run());
  }
}
