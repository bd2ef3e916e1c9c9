package org.capvm.testsuite.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Imports point one way: runtime, then translator, then intravisor. */
class ArchitectureTest {
  private static JavaClasses capvm;

  @BeforeAll
  static void read() {
    capvm =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(
                "org.capvm", "org.capvm.runtime", "org.capvm.translator", "org.capvm.intravisor");
  }

  @Test
  void runtimeImportsNoOtherModule() {
    noClasses()
        .that()
        .resideInAPackage("org.capvm.runtime..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.capvm.translator..",
            "org.capvm.intravisor..",
            "org.objectweb.asm..",
            "net.fornwall..",
            "picocli..")
        .check(capvm);
  }

  @Test
  void translatorImportsOnlyTheRuntime() {
    noClasses()
        .that()
        .resideInAPackage("org.capvm.translator..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.capvm.intravisor..", "picocli..")
        .check(capvm);
  }

  @Test
  void bytecodeAndElfLibrariesStayInTheTranslator() {
    noClasses()
        .that()
        .resideInAPackage("org.capvm.intravisor..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.objectweb.asm..", "net.fornwall..")
        .check(capvm);
  }

  @Test
  void onlyTheCommandLineKnowsItsParser() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.capvm.intravisor.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "org.capvm.intravisor.cli..")
        .check(capvm);
  }

  @Test
  void nothingStandsOnTheEmbeddingApi() {
    noClasses()
        .that()
        .resideInAPackage("org.capvm.*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.capvm")
        .check(capvm);
  }

  @Test
  void onlyTheRuntimeTouchesRawMemory() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.capvm.runtime..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.internal..")
        .check(capvm);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.capvm.(**)").should().beFreeOfCycles().check(capvm);
  }

  @Test
  void staticStateIsConstant() {
    fields().that().areStatic().should().beFinal().check(capvm);
  }
}
