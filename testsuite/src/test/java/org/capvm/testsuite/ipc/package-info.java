/** Programs that share buffers and are connected by streams. */
package org.capvm.testsuite.ipc;
