/** Reading RISC-V ELF files: validated headers, segments, symbols, relocations, unwind tables. */
package org.capvm.translator.elf;
