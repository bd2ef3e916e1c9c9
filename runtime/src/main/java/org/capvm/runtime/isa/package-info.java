/**
 * The instructions of RV64GC, each defined once: {@link org.capvm.runtime.isa.Opcode} holds name,
 * operands, encoding and the {@link org.capvm.runtime.isa.Operation} that an instruction computes;
 * the decoder, the disassembler, the interpreter and the translator are derived from it.
 */
package org.capvm.runtime.isa;
