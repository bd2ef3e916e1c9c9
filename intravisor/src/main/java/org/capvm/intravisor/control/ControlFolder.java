package org.capvm.intravisor.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of the control sockets: {@code capvm} in XDG_RUNTIME_DIR, otherwise a folder of the
 * user's in that for temporary files. Nobody else may enter it.
 */
public final class ControlFolder {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,40}");
  private static final String SOCKET = ".sock";

  private final Path path;

  private ControlFolder(Path path) {
    this.path = path;
  }

  /**
   * The user's folder, made if it is missing.
   *
   * @param user number of the user
   * @throws ControlException when it is not the user's alone
   */
  public static ControlFolder ofUser(int user) throws ControlException {
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    Path path =
        runtime != null && Path.of(runtime).isAbsolute() && Files.isDirectory(Path.of(runtime))
            ? Path.of(runtime, "capvm")
            : Path.of(System.getProperty("java.io.tmpdir"), "capvm-" + user);
    try {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      boolean ours =
          Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
              && Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(user)
              && PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
                  .equals("rwx------");
      if (!ours) {
        throw new ControlException(path + ": is not a folder that only its owner can enter");
      }
    } catch (IOException e) {
      throw new ControlException(path + ": cannot be used: " + e.getMessage());
    }
    return new ControlFolder(path);
  }

  /** Whether a deployment can have a name. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** The name that a deployment of a file has when none is given. */
  public static Optional<String> nameOf(Path file) {
    String name = file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
    return Optional.of(name).filter(ControlFolder::isName);
  }

  /** The socket of a deployment. */
  public Path socket(String name) {
    return path.resolve(name + SOCKET);
  }

  /** Where a detached process writes what it has to say when it cannot serve its socket. */
  public Path errors(String name) {
    return path.resolve(name + ".err");
  }

  /** The names of deployments that have a socket, whether somebody serves it or not. */
  public List<String> names() throws ControlException {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(f -> f.endsWith(SOCKET))
          .map(f -> f.substring(0, f.length() - SOCKET.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ControlException(path + ": cannot be read: " + e.getMessage());
    }
  }
}
