package org.capvm.testsuite.fuzz.guided;

import java.nio.file.Path;

/** What is given inputs; each throws when something is wrong with what became of one. */
enum GuidedTarget {
  /** Files are read and their functions found, or refused; code that was found is not run. */
  ELF("org.capvm.translator.elf.**:org.capvm.translator.discover.**", 16_384, FileReaders::elf),
  CONFIGURATION("org.capvm.intravisor.configuration.**", 2048, FileReaders::configuration),
  VECTORS("org.capvm.intravisor.verify.**", 2048, FileReaders::vectors),
  /** What a test engine sends over its connection. */
  RVFI("org.capvm.intravisor.rvfi.**:org.capvm.runtime.interpreter.**", 1024, RvfiSession::judge),
  INSTRUCTIONS("org.capvm.runtime.isa.**", 64, Encodings::instructions),
  CAPABILITIES("org.capvm.runtime.capability.**", 64, Encodings::capabilities);

  /** What is done with an input. */
  private interface Judge {
    void judge(byte[] input) throws Exception;
  }

  private static final Path SAVED = Path.of("src/test/guided").toAbsolutePath();

  private final String instrumented;
  private final int longest;
  private final Judge judge;

  GuidedTarget(String instrumented, int longest, Judge judge) {
    this.instrumented = instrumented;
    this.longest = longest;
    this.judge = judge;
  }

  /** Patterns of the classes whose branches count, as Jazzer reads them. */
  String instrumented() {
    return instrumented;
  }

  /** Bytes of the longest input that is tried. */
  int longest() {
    return longest;
  }

  /** The folder of inputs to begin with: good ones, and those that once failed. */
  Path saved() {
    return SAVED.resolve(name());
  }

  void judge(byte[] input) throws Exception {
    judge.judge(input);
  }
}
