package org.capvm.intravisor.kernel.host.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.os.HostFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Paths lead to what is in the root and its mounts, and to nothing else. */
class FileSystemTest {
  @TempDir Path host;
  private Path root;
  private FileSystem files;

  @BeforeEach
  void makeTree() throws IOException {
    root = Files.createDirectories(host.resolve("root"));
    Files.createDirectories(root.resolve("a/b"));
    Files.writeString(root.resolve("a/b/file"), "inside");
    Files.writeString(host.resolve("secret"), "outside");
    Files.createSymbolicLink(root.resolve("absolute"), Path.of("/a/b/file"));
    Files.createSymbolicLink(root.resolve("up"), Path.of("../../secret"));
    Files.createSymbolicLink(root.resolve("host"), host.resolve("secret"));
    Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(root.resolve("folder"), Path.of("a/b"));
    files = new FileSystem(new HostFolder(null, "", point(root), true));
  }

  @AfterEach
  void close() {
    files.close();
  }

  private static int point(Path folder) {
    int flags = OpenFlags.PATH | OpenFlags.DIRECTORY;
    return (int) HostFiles.open(HostFiles.AT_FDCWD, folder.toString(), flags, 0);
  }

  /** The content of a file, or the name of the error. */
  private String read(String path) {
    try (Place place = files.resolve(files.root(), path, true)) {
      if (place.error() != 0) {
        return Errno.name(place.error());
      }
      Folder.Opened opened = place.folder().open(place.name(), OpenFlags.READ_ONLY, 0);
      if (opened.error() != 0) {
        return Errno.name(opened.error());
      }
      MemorySegment buffer = Arena.ofAuto().allocate(64);
      long n = opened.file().read(buffer);
      opened.file().release();
      return n < 0
          ? Errno.name(n)
          : new String(
              buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void namesFiles() {
    assertEquals("inside", read("/a/b/file"));
    assertEquals("inside", read("a//b/./file"));
    assertEquals("inside", read("/a/b/../b/file"));
    assertEquals("ENOENT", read("/a/none"));
    assertEquals("ENOTDIR", read("/a/b/file/more"));
    assertEquals("ENOTDIR", read("/a/b/file/"));
    assertEquals("EISDIR", read("/a/b"));
    assertEquals("ENOENT", read(""));
    assertEquals("ENAMETOOLONG", read("x".repeat(300)));
    assertEquals("ENAMETOOLONG", read("x/".repeat(3000)));
  }

  @Test
  void resolvesLinksRelativeToTheRoot() {
    assertEquals("inside", read("/absolute"));
    assertEquals("inside", read("/folder/file"));
    assertEquals("ELOOP", read("/loop"));
  }

  @Test
  void neverLeavesTheRoot() {
    assertEquals("ENOENT", read("/../secret"));
    assertEquals("ENOENT", read("/a/../../../secret"));
    assertEquals("ENOENT", read("/up"));
    assertEquals("ENOENT", read("/host"));
    assertEquals("inside", read("/../../a/b/file"));
  }

  @Test
  void doesNotFollowTheLastLinkUnlessAsked() {
    try (Place place = files.resolve(files.root(), "/absolute", false)) {
      assertEquals("absolute", place.name());
      assertEquals("/a/b/file", place.folder().readLink("absolute"));
      assertEquals(Errno.ELOOP, place.folder().open("absolute", OpenFlags.READ_ONLY, 0).error());
    }
  }

  @Test
  void aTrailingSlashAsksForAFolder() {
    try (Place place = files.resolve(files.root(), "/folder/", false)) {
      assertNull(place.name());
      assertEquals("/a/b", place.folder().path());
    }
    try (Place place = files.resolve(files.root(), "/new/", false)) {
      assertEquals("new", place.name());
      assertTrue(place.folderRequired());
    }
  }

  @Test
  void showsMountsInPlaceOfWhatIsThere() throws IOException {
    Path volume = Files.createDirectories(host.resolve("volume"));
    Files.writeString(volume.resolve("file"), "mounted");
    assertEquals(0, files.mount("/a/b", (p, n) -> new HostFolder(p, n, point(volume), false)));
    assertEquals("mounted", read("/a/b/file"));
    assertEquals("mounted", read("/folder/file"));
    assertEquals("mounted", read("/a/b/../../a/b/file"));
    assertEquals(Errno.ENOENT, files.mount("/none/b", (p, n) -> new HostFolder(p, n, -1, false)));
  }

  @Test
  void readOnlyFoldersCannotBeChanged() throws IOException {
    Folder folder = new HostFolder(null, "", point(root), false);
    int create = OpenFlags.CREATE | OpenFlags.WRITE_ONLY;
    assertEquals(Errno.EROFS, folder.open("new", create, 0644).error());
    assertEquals(Errno.EEXIST, folder.makeFolder("a", 0755));
    assertEquals(Errno.EROFS, folder.makeFolder("new", 0755));
    assertEquals(Errno.EROFS, folder.unlink("absolute", false));
    assertEquals(Errno.ENOENT, folder.unlink("none", false));
    assertEquals(Errno.EROFS, folder.rename("a", folder, "z", 0));
    assertEquals(Errno.EROFS, folder.changeMode("a", 0));
    assertEquals(Errno.EROFS, folder.access("a", 2));
    assertEquals(0, folder.access("a", 4));
    folder.release();
    assertFalse(Files.exists(root.resolve("new")));
  }

  @Test
  void devicesOfTheHostAreNotOpened() {
    Folder folder = new HostFolder(null, "", point(Path.of("/dev")), true);
    assertEquals(Errno.EACCES, folder.open("null", OpenFlags.READ_ONLY, 0).error());
    folder.release();
  }

  /** While a folder is replaced by a link to the outside again and again, nothing leaks. */
  @Test
  void isConfinedWhileFoldersAreRenamed() throws Exception {
    Path victim = root.resolve("victim");
    Path aside = root.resolve("aside");
    Path link = root.resolve("link");
    Files.createDirectory(victim);
    Files.writeString(victim.resolve("secret"), "inside");
    Files.createSymbolicLink(link, Path.of("../.."));
    Files.createSymbolicLink(root.resolve("out"), host.toAbsolutePath());
    AtomicBoolean stop = new AtomicBoolean();
    Thread attacker =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!stop.get()) {
                    boolean ignored =
                        victim.toFile().renameTo(aside.toFile())
                            && link.toFile().renameTo(victim.toFile())
                            && victim.toFile().renameTo(link.toFile())
                            && aside.toFile().renameTo(victim.toFile());
                  }
                });
    try {
      for (int i = 0; i < 20_000; i++) {
        String content = read("/victim/secret");
        assertFalse(content.equals("outside"), "escaped in round " + i);
        assertFalse(read("/victim/../out/secret").equals("outside"), "escaped in round " + i);
      }
    } finally {
      stop.set(true);
      attacker.join();
    }
  }
}
