package org.capvm.runtime.code;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.capvm.runtime.hart.GuestFunction;
import org.capvm.runtime.interpreter.ResumePoints;
import org.capvm.runtime.memory.Window;

/**
 * The translated code of a cVM with capabilities by guest address and mode of PCC. It is translated
 * when control has arrived there often. Shared by the harts.
 */
public final class CapabilityCodeMap {
  /** Makes translations. */
  public interface Translator {
    /** Nothing is translated. */
    Translator NONE = (entry, capabilityMode) -> Optional.empty();

    /** Translates from an entry on, if that is possible. */
    Optional<Unit> translate(long entry, boolean capabilityMode);
  }

  /**
   * A translation.
   *
   * @param function runs it, see {@code CapabilityDispatcher}
   * @param start the lowest address of its instructions
   * @param limit the address behind them
   */
  public record Unit(GuestFunction function, long start, long limit) {}

  private record Place(long address, boolean capabilityMode) {}

  /** Arrivals at an address: about the cost of translating it, interpreted. */
  private static final int THRESHOLD = 100;

  /** A guest that makes code for ever must not fill the JVM's metaspace: then it is interpreted. */
  private static final int MOST_UNITS = 20_000;

  private final ResumePoints integerMode;
  private final ResumePoints capabilityMode;
  private final Translator translator;
  private final Map<Place, Integer> arrivals = new HashMap<>();
  private final Map<Place, Unit> units = new HashMap<>();
  private int translated;

  public CapabilityCodeMap(Window window, Translator translator) {
    this.integerMode = new ResumePoints(window);
    this.capabilityMode = new ResumePoints(window);
    this.translator = translator;
  }

  /** Control has come to an address; returns the translation that starts there, or null. */
  GuestFunction arrive(long address, boolean inCapabilityMode) {
    GuestFunction found = points(inCapabilityMode).at(address);
    return found == null ? count(address, inCapabilityMode) : found;
  }

  private ResumePoints points(boolean inCapabilityMode) {
    return inCapabilityMode ? capabilityMode : integerMode;
  }

  private synchronized GuestFunction count(long address, boolean inCapabilityMode) {
    Place place = new Place(address, inCapabilityMode);
    if (arrivals.merge(place, 1, Integer::sum) != THRESHOLD || translated >= MOST_UNITS) {
      return null;
    }
    Optional<Unit> made = translator.translate(address, inCapabilityMode);
    made.ifPresent(
        unit -> {
          translated++;
          units.put(place, unit);
          points(inCapabilityMode).put(address, unit.function());
        });
    return made.map(Unit::function).orElse(null);
  }

  /** The instructions in {@code [start, end)} changed or went away. */
  public synchronized void invalidate(long start, long end) {
    List<Place> gone = new ArrayList<>();
    units.forEach(
        (place, unit) -> {
          if (unit.start() < end && start < unit.limit()) {
            gone.add(place);
          }
        });
    for (Place place : gone) {
      units.remove(place);
      points(place.capabilityMode()).remove(place.address(), place.address() + 2);
    }
    arrivals.clear();
  }

  /** How many translations were made. */
  public synchronized int translations() {
    return translated;
  }
}
