package org.capvm.intravisor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import org.junit.jupiter.api.Test;

class MessagesTest {
  @Test
  void namesDoNotBreakTheLine() {
    StringWriter message = new StringWriter();
    int status =
        Main.execute(
            new PrintWriter(Writer.nullWriter()),
            new PrintWriter(message),
            "inspect",
            "/missing\n\u001b[31mred");
    assertEquals(ExitCode.FAILED, status);
    assertEquals("cvm inspect: /missing\\n\\x1b[31mred: no such file\n", message.toString());
  }
}
