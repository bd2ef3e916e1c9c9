package org.capvm.intravisor.ipc;

/**
 * A stream of which both ends are still to be given away.
 *
 * @param connector who made it
 * @param there what the connecting end sends
 * @param back what it receives
 */
record Connection(Participant connector, StreamDirection there, StreamDirection back) {
  Connection(Participant connector) {
    this(connector, new StreamDirection(), new StreamDirection());
  }

  CpStream connected() {
    return new CpStream(connector, true, back, there);
  }

  CpStream acceptedBy(Participant participant) {
    return new CpStream(participant, false, there, back);
  }

  /** Nobody will accept it. */
  void breakOff() {
    back.breakOff();
    there.refuse();
  }
}
