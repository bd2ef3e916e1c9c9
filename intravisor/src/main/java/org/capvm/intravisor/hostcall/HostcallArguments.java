package org.capvm.intravisor.hostcall;

import java.util.HashMap;
import java.util.Map;

/**
 * What the arguments of hostcalls are, for people who read traces: a letter each, from a0 on.
 *
 * <p>{@code i}: an integer; {@code p}: an address; {@code t}: the address of a text with a NUL
 * behind it, or 0; {@code b}: the address of bytes that the call reads, whose number is the next
 * argument; {@code f}: a function; {@code _}: a register that is not looked at.
 */
final class HostcallArguments {
  private static final String ALL =
      """
      print bi
      sem_alloc i
      sem_free i
      sem_up i
      sem_down i
      mutex_alloc i
      mutex_free i
      mutex_lock i
      mutex_unlock i
      thread_create fp
      thread_detach i
      thread_exit i
      thread_join i
      thread_self -
      thread_equal ii
      tls_alloc f
      tls_free i
      tls_set ip
      tls_get i
      time -
      timer_alloc fp
      timer_set_oneshot ii
      timer_free i
      gettid -
      blk_request ip
      blk_get_capacity ip
      make_call fp
      cap_file_adv pit
      cap_file_prb tpp
      cap_stream_adv fpt
      cap_stream_prb t
      make_cap_call ipi
      finish_cap_call _p
      fetch_cap_call _pp
      cap_call_exit i
      cp_file_publish pittt
      cp_file_open tppi
      cp_file_close t
      cp_file_revoke tt
      cp_file_size t
      cp_file_wait pii
      cp_file_wake pi
      cp_stream_listen tt
      cp_stream_accept ii
      cp_stream_connect t
      cp_stream_send ibii
      cp_stream_receive ipi
      cp_stream_offer ipi
      cp_stream_take i
      cp_stream_poll iii
      cp_stream_finish i
      cp_stream_close i
      cp_call_publish tfpt
      cp_call_open t
      cp_call iiiipiii
      cp_call_start iiiipi_i
      cp_call_collect iipi
      cp_call_close i
      cp_call_caller pi
      entropy pi
      limit i
      """;

  private static final Map<String, String> KINDS = parse();

  private HostcallArguments() {}

  private static Map<String, String> parse() {
    Map<String, String> kinds = new HashMap<>();
    ALL.lines()
        .map(line -> line.split(" "))
        .forEach(words -> kinds.put(words[0], words[1].replace("-", "")));
    return Map.copyOf(kinds);
  }

  /** The letters of a call, or null when nobody has written them down. */
  static String of(String call) {
    return KINDS.get(call);
  }
}
