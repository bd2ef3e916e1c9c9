/**
 * Runs RISC-V programs and libraries in cVMs from Java.
 *
 * <p>{@link org.capvm.CvmBuilder} makes a cVM that runs a program ({@link org.capvm.CvmProcess}) or
 * hosts a shared library whose functions Java calls ({@link org.capvm.CvmLibrary}). What the guest
 * does stays in its memory and in the folders it was given; what it does wrong ends the cVM and
 * reaches Java as an exit status or as a {@link org.capvm.GuestFaultException}. cVMs of a {@link
 * org.capvm.CvmGroup} share buffers ({@link org.capvm.SharedBuffer}) with each other and with Java.
 *
 * <p>The JVM needs {@code --add-exports java.base/jdk.internal.misc=org.capvm.runtime} (or {@code
 * =ALL-UNNAMED} on the class path); without it, starting a cVM says so. Everything else of the
 * launcher's options makes guests faster, none is needed.
 */
package org.capvm;
