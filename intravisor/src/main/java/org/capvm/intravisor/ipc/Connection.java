package org.capvm.intravisor.ipc;

/**
 * A stream of which both ends are still to be given away.
 *
 * @param name that is connected to
 * @param connector who made it
 * @param there what the connecting end sends
 * @param back what it receives
 */
record Connection(String name, Participant connector, StreamDirection there, StreamDirection back) {
  Connection(String name, Participant connector) {
    this(name, connector, new StreamDirection(), new StreamDirection());
  }

  CpStream connected() {
    return new CpStream(name, connector, true, back, there);
  }

  CpStream acceptedBy(Participant participant) {
    return new CpStream(name, participant, false, there, back);
  }

  /** Nobody will accept it. */
  void breakOff() {
    back.breakOff();
    there.refuse();
  }
}
