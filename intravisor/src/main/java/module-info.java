/** Starts cVMs and talks to the world. */
module org.capvm.intravisor {
  requires org.capvm.runtime;
  requires org.capvm.translator;
}
