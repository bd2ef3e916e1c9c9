package org.capvm.testsuite.tags;

/** A heap with tags and the harts that use it, whose steps can be taken one by one. */
public interface World {
  /** Starts anew: granules hold what the words of {@code initial} name, one after the other. */
  void reset(String initial, int harts);

  /**
   * Executes an operation; {@link Operation} says which there are.
   *
   * @return what the hart saw, or an empty string
   */
  String execute(int hart, String operation);

  /** All that harts share, as text. */
  String shared();

  /** Tag and bits of a granule as it lies in memory, as loads write them. */
  String granule(int n);

  /** The bits of a capability by its name, as loads write them. */
  String bits(String name);
}
