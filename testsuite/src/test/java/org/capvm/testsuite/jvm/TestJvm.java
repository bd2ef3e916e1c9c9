package org.capvm.testsuite.jvm;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.capvm.testsuite.process.Capvm;
import org.capvm.testsuite.size.SuiteSize;

/**
 * A JVM that runs tests with the class path of this one.
 *
 * @param folder for its output; classes in it come before all others
 * @param options of the JVM, besides those that the runtime needs
 * @param commandOptions of the JVMs of every {@code cvm} that the tests start
 * @param seconds after which it is ended
 */
public record TestJvm(Path folder, List<String> options, List<String> commandOptions, int seconds) {

  /**
   * What went wrong.
   *
   * @param test that was running, or the last one to run
   * @param how it ended: fails, crashes or hangs
   * @param errors what it wrote to the standard error
   */
  public record Failure(String test, String how, String errors) {}

  /** Runs tests, classes or {@code CLASS#METHOD}; what went wrong first, or null. */
  public Failure run(List<String> tests) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(command(tests))
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().put(Capvm.JVM_OPTIONS, String.join(" ", commandOptions));
    Process process = builder.start();
    boolean ended;
    int status;
    try {
      ended = process.waitFor(seconds, TimeUnit.SECONDS);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      status = process.destroyForcibly().waitFor();
    }
    if (ended && status == 0) {
      return null;
    }
    String last = "none";
    for (String line : Files.readAllLines(output)) {
      if (line.startsWith(TestRun.MARK)) {
        last = line.substring(TestRun.MARK.length());
      }
    }
    String how =
        !ended || status == TestRun.HUNG ? "hangs" : status == TestRun.FAILED ? "fails" : "crashes";
    return new Failure(last, how, Files.readString(errors));
  }

  private List<String> command(List<String> tests) {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    words.add("--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");
    words.add("--enable-native-access=ALL-UNNAMED");
    words.add("-XX:+UseSerialGC");
    words.add("-XX:-CreateCoredumpOnCrash");
    words.add("-XX:ErrorFile=" + folder.resolve("crash"));
    words.add("-D" + SuiteSize.PROPERTY + "=" + SuiteSize.chosen());
    words.addAll(options);
    words.add("-cp");
    words.add(
        String.join(
            File.pathSeparator,
            folder.toString(),
            classPath,
            "../runtime/target/test-classes",
            "../translator/target/test-classes"));
    words.add(TestRun.class.getName());
    words.addAll(tests);
    return words;
  }
}
