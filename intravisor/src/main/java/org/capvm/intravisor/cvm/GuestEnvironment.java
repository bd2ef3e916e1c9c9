package org.capvm.intravisor.cvm;

import java.util.LinkedHashMap;
import java.util.Map;

/** The environment variables that a guest starts with when nothing else is said. */
public final class GuestEnvironment {
  private GuestEnvironment() {}

  /** A new map of variables, which may be changed. */
  public static Map<String, String> standard() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("HOME", "/root");
    environment.put("TERM", System.getenv().getOrDefault("TERM", "dumb"));
    environment.put("LANG", "C.UTF-8");
    return environment;
  }
}
