package org.capvm.intravisor.ipc;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.capvm.intravisor.ipc.IpcException.Kind;

/**
 * Objects of one kind by name. Each belongs to somebody, and nobody can have so many that others
 * get none.
 */
final class Registry<T> {
  private static final Pattern NAME = Pattern.compile("[!-~]{1,63}");

  private record Entry<T>(Participant owner, T object) {}

  private final int most;
  private final int mostOfOne;
  private final Map<String, Entry<T>> entries = new HashMap<>();

  Registry(int most, int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  /** Gives an object a name. */
  synchronized void add(String name, Participant owner, T object) throws IpcException {
    requireFree(name, owner);
    entries.put(name, new Entry<>(owner, object));
  }

  /** That a name could be given. */
  synchronized void requireFree(String name, Participant owner) throws IpcException {
    if (!NAME.matcher(name).matches()) {
      throw new IpcException(
          Kind.BAD_NAME, "a name has 1 to 63 characters of ASCII, and no blanks among them");
    }
    if (entries.containsKey(name)) {
      throw new IpcException(Kind.NAME_TAKEN, "there is another '" + name + "'");
    }
    long owned = entries.values().stream().filter(e -> e.owner() == owner).count();
    if (entries.size() >= most || owned >= mostOfOne) {
      throw new IpcException(Kind.TOO_MANY, "no more names for '" + owner.name() + "'");
    }
    if (owner.hasEnded()) {
      throw new IpcException(Kind.INTERRUPTED, "'" + owner.name() + "' ends");
    }
  }

  synchronized T find(String name) throws IpcException {
    Entry<T> entry = entries.get(name);
    if (entry == null) {
      throw new IpcException(Kind.NO_SUCH_NAME, "nothing is named '" + name + "'");
    }
    return entry.object();
  }

  synchronized void remove(String name, T object) {
    entries.computeIfPresent(name, (_, entry) -> entry.object() == object ? null : entry);
  }

  /** What somebody owns, or everything for null. */
  synchronized List<T> ownedBy(Participant owner) {
    return entries.values().stream()
        .filter(entry -> owner == null || Objects.equals(entry.owner(), owner))
        .map(Entry::object)
        .toList();
  }

  synchronized List<T> all() {
    return ownedBy(null);
  }
}
