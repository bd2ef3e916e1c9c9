package org.capvm.intravisor.kernel.host.file;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.capvm.intravisor.kernel.host.abi.Errno;

/**
 * What the guest sees as its files: a root folder with other folders mounted over it.
 *
 * <p>A path is resolved one component at a time, from folder handle to folder handle, never
 * following a symbolic link of the host: links are read and resolved here, relative to the guest's
 * root. Nothing outside the root and the mounts can be named, also while folders are renamed or
 * replaced by links during the walk.
 */
public final class FileSystem implements AutoCloseable {
  /** Longest path in bytes, with the NUL (PATH_MAX). */
  public static final int PATH_LIMIT = 4096;

  private static final int NAME_LIMIT = 255;
  private static final int LINK_LIMIT = 40;

  private final Folder root;
  private final Map<String, Folder> mounts = new ConcurrentHashMap<>();
  private final Set<String> mountNames = ConcurrentHashMap.newKeySet();

  /**
   * @param root of which this object takes over the reference
   */
  public FileSystem(Folder root) {
    this.root = root;
  }

  /** Makes a folder from its place in the tree. */
  @FunctionalInterface
  public interface Mount {
    Folder at(Folder parent, String name);
  }

  /**
   * Shows a folder at an absolute path, in place of what is there. The folders above it must exist
   * or be mounted before.
   *
   * @return 0, or why the folder above cannot be reached
   */
  public long mount(String path, Mount mount) {
    int slash = path.lastIndexOf('/');
    Place above = resolve(root, path.substring(0, slash + 1), true);
    if (above.error() != 0) {
      return above.error();
    }
    try (above) {
      if (above.name() != null) {
        return Errno.ENOENT;
      }
      String name = path.substring(slash + 1);
      mountNames.add(name);
      Folder old = mounts.put(above.folder().child(name), mount.at(above.folder(), name));
      if (old != null) {
        old.release();
      }
      return 0;
    }
  }

  /** The folder that is shown in place of a name, or null. */
  private Folder mounted(Folder folder, String name) {
    return mountNames.contains(name) ? mounts.get(folder.child(name)) : null;
  }

  /** Whether a folder is the root, or shown in place of what its parent has under its name. */
  public boolean isMountPoint(Folder folder) {
    return folder == root || mounts.containsValue(folder);
  }

  /** The root of what a folder is a part of: two of them are two file systems. */
  public Folder mountOf(Folder folder) {
    Folder mount = folder;
    while (!isMountPoint(mount) && mount.parent() != mount) {
      mount = mount.parent();
    }
    return mount;
  }

  /** The root folder; the caller does not own a reference. */
  public Folder root() {
    return root;
  }

  /**
   * Resolves a path.
   *
   * @param start where a relative path starts
   * @param followLast whether a symbolic link as last component is followed
   */
  public Place resolve(Folder start, String path, boolean followLast) {
    if (path.isEmpty()) {
      return Place.failed(Errno.ENOENT);
    }
    if (path.length() >= PATH_LIMIT) {
      return Place.failed(Errno.ENAMETOOLONG);
    }
    return new Walk(start).run(path, followLast);
  }

  /** One resolution: the folder reached so far and the components left. */
  private final class Walk {
    private final ArrayDeque<String> left = new ArrayDeque<>();
    private Folder current;
    private boolean folderRequired;
    private int links;

    Walk(Folder start) {
      current = start.retain();
    }

    Place run(String path, boolean followLast) {
      long error = push(path);
      while (error == 0 && !left.isEmpty()) {
        String name = left.pop();
        boolean last = left.isEmpty();
        if (name.equals("..")) {
          move(current.parent().retain());
        } else if (name.length() > NAME_LIMIT) {
          error = Errno.ENAMETOOLONG;
        } else {
          Folder mounted = mounted(current, name);
          if (mounted != null) {
            move(mounted.retain());
          } else if (last && !folderRequired) {
            String target = followLast ? current.follow(name) : null;
            if (target == null) {
              return new Place(current, name, false, 0);
            }
            error = follow(target);
          } else {
            Lookup found = current.lookup(name);
            switch (found) {
              case Lookup.Directory d -> move(d.folder());
              case Lookup.Link l -> error = follow(l.target());
              case Lookup.Other o -> error = Errno.ENOTDIR;
              case Lookup.Missing m -> {
                if (last && m.error() == Errno.ENOENT) {
                  return new Place(current, name, true, 0);
                }
                error = m.error();
              }
            }
          }
        }
      }
      if (error != 0) {
        current.release();
        return Place.failed(error);
      }
      return new Place(current, null, folderRequired, 0);
    }

    private void move(Folder to) {
      current.release();
      current = to;
    }

    private long follow(String target) {
      if (++links > LINK_LIMIT) {
        return Errno.ELOOP;
      }
      return target.isEmpty() ? Errno.ENOENT : push(target);
    }

    /** Puts the components of a path in front of those left. */
    private long push(String path) {
      if (path.startsWith("/")) {
        move(root.retain());
      }
      String[] components = path.split("/");
      boolean wasLast = left.isEmpty();
      for (int i = components.length - 1; i >= 0; i--) {
        if (!components[i].isEmpty() && !components[i].equals(".")) {
          left.push(components[i]);
        }
      }
      if (wasLast && (path.endsWith("/") || path.equals(".") || path.endsWith("/."))) {
        folderRequired = true;
      }
      return left.size() > PATH_LIMIT ? Errno.ENAMETOOLONG : 0;
    }
  }

  /** Gives the folders back; no path is resolved any more. */
  @Override
  public void close() {
    mounts.values().forEach(Folder::release);
    mounts.clear();
    root.release();
  }
}
