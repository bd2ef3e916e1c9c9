package org.capvm.intravisor.cvm;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A temporary host folder for what a guest writes, removed with all that is in it. */
final class PrivateFolder implements AutoCloseable {
  private final Path path;

  PrivateFolder() throws IOException {
    path = Files.createTempDirectory("capvm-");
  }

  Path path() {
    return path;
  }

  /** Removes it; symbolic links are removed, never followed. */
  @Override
  public void close() {
    try {
      Files.walkFileTree(path, new Remover());
    } catch (IOException e) {
      // What cannot be removed stays in the host's folder for temporary files.
    }
  }

  private static final class Remover extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      // The guest may have taken our own permission to look into it.
      folder.toFile().setExecutable(true, true);
      folder.toFile().setReadable(true, true);
      folder.toFile().setWritable(true, true);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException error) throws IOException {
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
