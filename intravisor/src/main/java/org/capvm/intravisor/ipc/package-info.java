/**
 * What cVMs share: buffers (CP_File), streams (CP_Stream) and functions (CP_Call), found by names
 * that have owners and access lists.
 */
package org.capvm.intravisor.ipc;
