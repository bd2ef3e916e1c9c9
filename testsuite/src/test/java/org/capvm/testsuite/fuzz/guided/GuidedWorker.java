package org.capvm.testsuite.fuzz.guided;

import com.code_intelligence.jazzer.Jazzer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The process in which Jazzer tries inputs of one target. */
public final class GuidedWorker {
  private static final String TARGET = "capvm.guided.target";

  /** Of wall time, for one input: a JVM may be stopped for a while. */
  private static final int MOST_SECONDS = 200;

  private GuidedWorker() {}

  /** Arguments: a folder for what is found, a target, and for how many seconds. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    GuidedTarget target = GuidedTarget.valueOf(arguments[1]);
    System.setProperty(TARGET, target.name());
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    List<String> words =
        List.of(
            "--target_class=" + GuidedWorker.class.getName(),
            "--instrumentation_includes=" + target.instrumented(),
            // Its own checks, as of paths and connections, are for programs that should have none.
            "--custom_hook_excludes=**",
            "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery",
            "--reproducer_path=" + folder,
            "-artifact_prefix=" + folder + "/",
            "-max_total_time=" + arguments[2],
            "-max_len=" + target.longest(),
            "-timeout=" + MOST_SECONDS,
            "-rss_limit_mb=2048",
            "-print_final_stats=1",
            corpus.toString(),
            target.saved().toString());
    Jazzer.main(words.toArray(String[]::new));
  }

  /** Called by Jazzer. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    GuidedTarget.valueOf(System.getProperty(TARGET)).judge(input);
  }
}
