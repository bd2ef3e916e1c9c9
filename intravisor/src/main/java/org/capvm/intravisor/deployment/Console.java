package org.capvm.intravisor.deployment;

import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Where cVMs of a deployment show what they print, each line behind the name of its cVM.
 *
 * @param output of the guests' standard output
 * @param errors of the guests' standard error, and of what is said about cVMs themselves
 * @param width of the longest name
 */
public record Console(OutputStream output, PrintStream errors, int width) {
  String prefix(String name) {
    return name + " ".repeat(width - name.length()) + " | ";
  }

  void say(String name, String what) {
    synchronized (errors) {
      errors.println(prefix(name) + what);
      errors.flush();
    }
  }
}
