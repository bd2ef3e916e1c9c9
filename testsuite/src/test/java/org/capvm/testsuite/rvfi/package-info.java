/** Instructions injected through a socket, and the traces that come back. */
package org.capvm.testsuite.rvfi;
