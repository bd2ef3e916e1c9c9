package org.capvm.testsuite.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.capvm.testsuite.process.Command;
import org.capvm.testsuite.process.Outcome;
import org.capvm.testsuite.roots.DebianRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's Java program, run with the README's command, prints what the README says. */
class ReadmeTest {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

  @Test
  void theExampleWorks(@TempDir Path folder) throws IOException, InterruptedException {
    String readme = Files.readString(REPOSITORY.resolve("README.md"));
    Files.writeString(folder.resolve("Example.java"), block(readme, "```java\n(.*?)```"));
    String session = block(readme, "```console\n([^`]*Example.java[^`]*)```");
    Matcher parts =
        Pattern.compile("\\$ java (.*?)Example.java [^\n]*\n(.*)", Pattern.DOTALL).matcher(session);
    assertTrue(parts.find());
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    for (String word : parts.group(1).replace("\\\n", " ").strip().split(" +")) {
      words.add(word.equals("target/cvm/current") ? modules() : word);
    }
    words.add(folder.resolve("Example.java").toString());
    words.add(DebianRoot.path().toString());
    Outcome outcome = new Command(words).run();
    assertEquals(parts.group(2), outcome.outputText(), outcome.errorText());
    assertEquals("", outcome.errorText());
    assertEquals(0, outcome.status());
  }

  private static String block(String readme, String pattern) {
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(readme);
    assertTrue(matcher.find(), pattern);
    return matcher.group(1);
  }

  /** Where ./cvm has its modules. */
  private static String modules() throws IOException {
    Path folder = REPOSITORY.resolve("target/cvm/current").toRealPath();
    assertTrue(ModuleFinder.of(folder).find("org.capvm.intravisor").isPresent());
    return folder.toString();
  }
}
