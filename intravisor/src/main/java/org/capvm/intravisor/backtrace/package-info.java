/** Where a guest is, for people: return addresses and the functions that they are in. */
package org.capvm.intravisor.backtrace;
