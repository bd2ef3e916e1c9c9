package org.capvm.intravisor.kernel.host.loader;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.capvm.intravisor.kernel.host.abi.GuestMemory;

/**
 * The stack as a program finds it: argc, argv, envp, the auxiliary vector, and above them the
 * strings they point to.
 */
final class InitialStack {
  private final GuestMemory memory;
  private long top;

  /**
   * @param top behind the highest byte of the stack
   */
  InitialStack(GuestMemory memory, long top) {
    this.memory = memory;
    this.top = top - 8;
  }

  /** Puts bytes onto the stack and returns their address. */
  long push(byte[] bytes, int alignment) {
    top = top - bytes.length & -alignment;
    memory.putBytes(top, bytes);
    return top;
  }

  /** Puts NUL-terminated strings onto the stack, the first at the lowest address. */
  List<Long> pushStrings(List<String> strings) {
    ArrayList<Long> addresses = new ArrayList<>();
    for (String string : strings.reversed()) {
      addresses.addFirst(push(terminated(string), 1));
    }
    return addresses;
  }

  /**
   * Completes the stack.
   *
   * @param auxiliary pairs of type and value, without the final AT_NULL
   * @return the stack pointer: the address of argc
   */
  long finish(List<Long> arguments, List<Long> environment, byte[] auxiliary) {
    int words = 1 + arguments.size() + 1 + environment.size() + 1;
    ByteBuffer block =
        ByteBuffer.allocate(words * 8 + auxiliary.length).order(ByteOrder.LITTLE_ENDIAN);
    block.putLong(arguments.size());
    arguments.forEach(block::putLong);
    block.putLong(0);
    environment.forEach(block::putLong);
    block.putLong(0);
    block.put(auxiliary);
    return push(block.array(), 16);
  }

  /** Bytes of a string, one for each Latin-1 character, with a NUL. */
  static byte[] terminated(String string) {
    return (string + '\0').getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Strings one after the other, each with its NUL. */
  static byte[] joined(List<String> strings) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    strings.forEach(s -> out.writeBytes(terminated(s)));
    return out.toByteArray();
  }
}
