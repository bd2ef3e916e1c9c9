package org.capvm.runtime.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XcheriDisassemblyTest {
  private static String text(String bits, boolean capabilityMode) {
    int word = Integer.parseUnsignedInt(bits, 16);
    return Disassembler.text(Decoder.decodeXcheri(word, capabilityMode), 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fe0e09db | cgetperm s3,ct3
          ff2606db | cloadtags a3,(ca2)
          024d095b | cspecialrw cs2,utcc,cs10
          020006db | cspecialrw ca3,pcc,cnull
          fc2600db | cinvoke ca2,csp
          fecc025b | jalr.cap ctp,cs8
          17b10fdb | cseal ct6,csp,cs11
          0fe0105b | cincoffset cnull,cnull,254
          ffe0205b | csetbounds cnull,cnull,4094
          fb438f5b | lr.c.ddc ct5,(t2)
          fbcc8fdb | lr.c.cap ct6,(cs9)
          f8060c5b | sc.b.cap zero,(ca2)
          f9fa8a5b | sc.c.ddc ct6,(s5)
          800aa08f | lc cra,-2048(s5)
          7e69cfa3 | sc ct1,2047(s3)
          100f4eaf | lr.c ct4,(t5)
          181dc6af | sc.c ca3,cra,(s11)
          0ed0c5af | amoswap.c.aqrl ca1,ca3,(ra)
          """)
  void wordsOfIntegerMode(String bits, String expected) {
    assertEquals(expected, text(bits, false));
  }

  @Test
  void compressedInstructionsDependOnTheMode() {
    assertEquals(Opcode.FLD, Decoder.decodeXcheri(0x3652, false).opcode());
    Instruction load = Decoder.decodeXcheri(0x3652, true);
    assertEquals(Opcode.LC, load.opcode());
    assertEquals(12, load.rd());
    assertEquals(2, load.rs1());
    assertEquals(304, load.immediate());
    assertEquals(Opcode.ADDI, Decoder.decodeXcheri(0x1ccc, false).opcode());
    assertEquals(Opcode.CINCOFFSETIMM, Decoder.decodeXcheri(0x1ccc, true).opcode());
  }

  @Test
  void withoutTheExtensionTheyAreIllegal() {
    assertEquals(Opcode.ILLEGAL, Decoder.decode(0xfe0e09db).opcode());
    assertEquals(Opcode.ILLEGAL, Decoder.decode(0x800aa08f).opcode());
  }
}
