package org.capvm.intravisor.kernel.none;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.Placement;

/** The cVMs of a deployment that are nested in others, or have others nested in them. */
public final class Layers {
  private final Map<String, Placement> placements;
  private final Map<String, Layer> running = new HashMap<>();

  /**
   * @param placements of those that share a window with others, by name
   */
  public Layers(Map<String, Placement> placements) {
    this.placements = Map.copyOf(placements);
  }

  /** No cVM is nested in another. */
  public static Layers none() {
    return new Layers(Map.of());
  }

  /** Where a cVM lies, if it shares a window with others. */
  Optional<Placement> placement(String name) {
    return Optional.ofNullable(placements.get(name));
  }

  /** The layer around a nested cVM. */
  synchronized Layer around(Placement inner) throws CvmException {
    String name = inner.outer().orElseThrow();
    Layer layer = running.get(name);
    if (layer == null) {
      throw new CvmException("cVM '" + name + "', which is to serve its hostcalls, does not run");
    }
    return layer;
  }

  /** A cVM begins that has others nested in it. */
  synchronized void add(String name, Layer layer) {
    running.put(name, layer);
  }

  /** It has ended. */
  synchronized void remove(String name) {
    running.remove(name);
  }
}
