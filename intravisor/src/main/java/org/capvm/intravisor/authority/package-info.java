/**
 * The capabilities that programs start with, and what capabilities let a kernel do for a caller.
 */
package org.capvm.intravisor.authority;
