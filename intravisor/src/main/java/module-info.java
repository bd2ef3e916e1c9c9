/** Starts cVMs and talks to the world. */
module org.capvm.intravisor {
  requires org.capvm.runtime;
  requires org.capvm.translator;
  requires elf4j;
  requires info.picocli;
  requires jdk.jfr;
  requires me.tongfei.progressbar;
  requires org.snakeyaml.engine;

  exports org.capvm;

  opens org.capvm.intravisor.cli to
      info.picocli;

  provides elf4j.spi.LoggerFactory with
      org.capvm.intravisor.log.StderrLoggerFactory;
}
