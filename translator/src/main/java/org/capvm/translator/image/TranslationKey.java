package org.capvm.translator.image;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.capvm.translator.emit.Variant;

/**
 * What a translation depends on: the file's content, where it is loaded, the variant, and the
 * translator.
 *
 * @param contentHash SHA-256 of the file, in hexadecimal
 * @param bias load address minus link-time address
 * @param variant what else tells translations of one file apart
 * @param translator identifies the build of the translator
 */
public record TranslationKey(String contentHash, long bias, Variant variant, String translator) {
  /** Hexadecimal digits of the hash that go into names: 64 bits of it. */
  private static final int SHORT = 16;

  /** The key of a file's translation by this build. */
  public static TranslationKey of(byte[] content, long bias, Variant variant) {
    return new TranslationKey(sha256(content), bias, variant, TranslatorVersion.get());
  }

  /** The name of the cache's file. */
  String fileName() {
    return contentHash.substring(0, SHORT) + "-" + Long.toHexString(bias) + suffix("-") + ".cvm";
  }

  /** The package of the generated classes. */
  String packageName() {
    return "guest.x" + contentHash.substring(0, SHORT) + "_" + Long.toHexString(bias) + suffix("_");
  }

  private String suffix(String separator) {
    return variant == Variant.FAST ? "" : separator + variant.name().toLowerCase(Locale.ROOT);
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
