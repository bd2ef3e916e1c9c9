/** Tests in JVMs of their own: with other classes, or with other flags. */
package org.capvm.testsuite.jvm;
