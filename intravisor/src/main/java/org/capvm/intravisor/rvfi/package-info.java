/**
 * RVFI-DII: a test engine such as TestRIG injects instructions through a socket and gets a trace of
 * what each of them did.
 */
package org.capvm.intravisor.rvfi;
