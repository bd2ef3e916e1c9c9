package org.capvm.intravisor.configuration;

/** A configuration that cannot be used. The message names file, line and what is wrong there. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1L;

  ConfigurationException(String message) {
    super(message);
  }
}
