/** The checker of generated classes, on what real programs become and on classes made wrong. */
package org.capvm.testsuite.check;
