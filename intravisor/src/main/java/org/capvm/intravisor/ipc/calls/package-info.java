/** The hostcalls of what cVMs share. */
package org.capvm.intravisor.ipc.calls;
