package org.capvm.intravisor.kernel.host.loader;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.capvm.intravisor.kernel.host.abi.Errno;
import org.capvm.intravisor.kernel.host.file.FileSystem;
import org.capvm.translator.elf.ElfException;
import org.capvm.translator.elf.ElfImage;

/** Finds and maps the shared libraries of a program, breadth first as dynamic linkers do. */
final class Libraries {
  /** Where Debian's dynamic linkers look by default. */
  private static final List<String> FOLDERS =
      List.of(
          "/lib/riscv64-linux-gnu/",
          "/usr/lib/riscv64-linux-gnu/",
          "/lib/riscv64-linux-musl/",
          "/usr/lib/riscv64-linux-musl/",
          "/lib/",
          "/usr/lib/");

  private final FileSystem files;
  private final ImageMapper mapper;

  Libraries(FileSystem files, ImageMapper mapper) {
    this.files = files;
    this.mapper = mapper;
  }

  void map(ElfImage program) throws LoadException {
    Set<String> seen = new HashSet<>();
    // The dynamic linker is a library too, and already mapped.
    program.interpreter().ifPresent(path -> seen.add(path.substring(path.lastIndexOf('/') + 1)));
    Queue<String> wanted = new ArrayDeque<>(program.neededLibraries());
    while (!wanted.isEmpty()) {
      String name = wanted.remove();
      if (!seen.add(name)) {
        continue;
      }
      Optional<ProgramFile> found = find(name);
      if (found.isPresent()) {
        try (ProgramFile file = found.get()) {
          ElfImage image = ElfImage.read(file.content(), file.name());
          mapper.map(file, image);
          wanted.addAll(image.neededLibraries());
        } catch (ElfException e) {
          throw new LoadException(Errno.ENOEXEC, e.getMessage());
        }
      }
    }
  }

  private Optional<ProgramFile> find(String name) throws LoadException {
    List<String> candidates =
        name.contains("/") ? List.of(name) : FOLDERS.stream().map(f -> f + name).toList();
    for (String path : candidates) {
      try {
        return Optional.of(ProgramFile.openLibrary(files, path));
      } catch (LoadException e) {
        if (e.error() != Errno.ENOENT && e.error() != Errno.ENOTDIR) {
          throw e;
        }
      }
    }
    return Optional.empty();
  }
}
