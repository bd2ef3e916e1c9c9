package org.capvm.intravisor.ipc;

/**
 * A stream of which both ends are still to be given away.
 *
 * @param there what the connecting end sends
 * @param back what it receives
 */
record Connection(StreamDirection there, StreamDirection back) {
  Connection() {
    this(new StreamDirection(), new StreamDirection());
  }

  CpStream connectedBy(Participant participant) {
    return new CpStream(participant, back, there);
  }

  CpStream acceptedBy(Participant participant) {
    return new CpStream(participant, there, back);
  }

  /** Nobody will accept it. */
  void breakOff() {
    back.breakOff();
    there.refuse();
  }
}
