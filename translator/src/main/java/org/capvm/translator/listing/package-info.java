/** Translated code as text, for people. */
package org.capvm.translator.listing;
