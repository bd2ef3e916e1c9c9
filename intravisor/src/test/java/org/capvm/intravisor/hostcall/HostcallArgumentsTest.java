package org.capvm.intravisor.hostcall;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.stream.Stream;
import org.capvm.intravisor.ipc.calls.CallCalls;
import org.capvm.intravisor.ipc.calls.FileCalls;
import org.capvm.intravisor.ipc.calls.StreamCalls;
import org.junit.jupiter.api.Test;

class HostcallArgumentsTest {
  @Test
  void argumentsOfWhatCvmsShareAreWrittenDown() {
    Stream.of(
            new FileCalls(null, null).all(),
            new StreamCalls(null, null).all(),
            new CallCalls(null, null, null).all())
        .flatMap(calls -> calls.stream())
        .forEach(call -> assertNotNull(HostcallArguments.of(call.name()), call.name()));
  }
}
