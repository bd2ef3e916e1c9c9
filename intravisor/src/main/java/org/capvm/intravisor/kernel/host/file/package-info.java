/**
 * Files as a guest sees them: paths that cannot leave the root, open files, descriptors.
 *
 * <p>A guest names host files only through {@link
 * org.capvm.intravisor.kernel.host.file.FileSystem}, and reaches them only through host descriptors
 * that this package opened.
 */
package org.capvm.intravisor.kernel.host.file;
