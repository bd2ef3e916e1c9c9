package org.capvm.testsuite.attack;

/** What runs an attacker's code. */
enum Engine {
  INTERPRETED,
  TRANSLATED
}
