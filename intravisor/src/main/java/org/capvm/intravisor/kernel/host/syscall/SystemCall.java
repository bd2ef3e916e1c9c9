package org.capvm.intravisor.kernel.host.syscall;

import java.util.List;

/**
 * One entry of the system call table.
 *
 * @param number as in Linux's generic table, which riscv64 uses
 * @param name as in the manual
 * @param completeRegisters whether the handler reads or replaces registers other than its
 *     arguments: it then runs only when the hart holds the complete register file
 * @param handler carries it out
 * @param arguments their kinds, in order
 */
public record SystemCall(
    int number,
    String name,
    boolean completeRegisters,
    Handler handler,
    List<Argument> arguments) {}
