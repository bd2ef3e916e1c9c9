/** Files that exist only in the kernel: /dev, /proc and /sys. */
package org.capvm.intravisor.kernel.host.pseudo;
