package org.capvm.testsuite.programs;

import java.util.List;

/** The programs that run with output identical to qemu's, byte for byte. */
final class ProgramCases {
  private static final String KEY = "000102030405060708090a0b0c0d0e0f";

  static final List<ProgramCase> ALL =
      List.of(
          new ProgramCase("lua", "/usr/bin/lua5.4", List.of("exercise.lua", "N")),
          new ProgramCase("mawk", "/usr/bin/mawk", List.of("-f", "exercise.awk", "text.txt")),
          new ProgramCase("gawk", "/usr/bin/gawk", List.of("-f", "exercise.awk", "text.txt")),
          new ProgramCase("bc", "/usr/bin/bc", List.of("-lq"), "exercise.bc"),
          new ProgramCase("gzip", "/usr/bin/gzip", List.of("-9", "-n", "-c"), "text.txt"),
          new ProgramCase("gunzip", "/usr/bin/gzip", List.of("-d", "-c"), "<gzip"),
          new ProgramCase("bzip2", "/usr/bin/bzip2", List.of("-c"), "text.txt"),
          new ProgramCase("bunzip2", "/usr/bin/bzip2", List.of("-d", "-c"), "<bzip2"),
          new ProgramCase(
              "xz", "/usr/bin/xz", List.of("-T2", "--block-size=1MiB", "-3", "-c"), "text.txt"),
          new ProgramCase("unxz", "/usr/bin/xz", List.of("-T2", "-d", "-c"), "<xz"),
          new ProgramCase("zstd", "/usr/bin/zstd", List.of("-T2", "-B1M", "-c"), "text.txt"),
          new ProgramCase("unzstd", "/usr/bin/zstd", List.of("-d", "-c"), "<zstd"),
          new ProgramCase("lz4", "/usr/bin/lz4", List.of("-9", "-c"), "text.txt"),
          new ProgramCase("unlz4", "/usr/bin/lz4", List.of("-d", "-c"), "<lz4"),
          new ProgramCase("sqlite-memory", "/usr/bin/sqlite3", List.of(":memory:"), "exercise.sql"),
          new ProgramCase("sqlite-file", "/usr/bin/sqlite3", List.of("shop.db"), "exercise.sql"),
          new ProgramCase("sqlite-log", "/usr/bin/sqlite3", List.of("log.db"), "log.sql"),
          new ProgramCase("qjs", "/usr/bin/qjs", List.of("exercise.js", "N")),
          new ProgramCase("perl", "/usr/bin/perl", List.of("exercise.pl")),
          new ProgramCase(
              "jq",
              "/usr/bin/jq",
              List.of("-c", "group_by(.value % 7) | map({n: length, s: (map(.id) | add)})"),
              "data.json"),
          new ProgramCase("jq-pretty", "/usr/bin/jq", List.of("."), "data.json"),
          new ProgramCase(
              "grep",
              "/usr/bin/grep",
              List.of("-nE", "(^| )[aeiou][a-z]*(b|ck?)( |$)", "text.txt")),
          new ProgramCase(
              "sed", "/usr/bin/sed", List.of("-E", "s/(\\w+) (\\w+)/\\2-\\1/g;/x/d", "text.txt")),
          new ProgramCase("sort", "/usr/bin/sort", List.of("-k2", "-k1,1r", "text.txt")),
          new ProgramCase("sort-parallel", "/usr/bin/sort", List.of("--parallel=2", "text.txt")),
          new ProgramCase("sha256sum", "/usr/bin/sha256sum", List.of("text.txt", "random.bin")),
          new ProgramCase(
              "openssl-digest", "/usr/bin/openssl", List.of("dgst", "-sha512", "random.bin")),
          new ProgramCase(
              "openssl-encrypt",
              "/usr/bin/openssl",
              List.of("enc", "-aes-128-ctr", "-K", KEY, "-iv", KEY, "-in", "text.txt")),
          new ProgramCase("python", "/usr/bin/python3.13", List.of("exercise.py", "N")),
          new ProgramCase("python-sockets", "/usr/bin/python3.13", List.of("sockets.py")),
          new ProgramCase("busybox-sh", "/usr/bin/busybox", List.of("sh", "exercise.sh")),
          new ProgramCase("busybox-md5sum", "/usr/bin/busybox", List.of("md5sum", "random.bin")),
          new ProgramCase(
              "busybox-awk", "/usr/bin/busybox", List.of("awk", "-f", "exercise.awk", "text.txt")),
          new ProgramCase("luajit", "/usr/bin/luajit", List.of("jit.lua", "N")));

  private ProgramCases() {}

  static ProgramCase named(String name) {
    return ALL.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }
}
