/**
 * Finding the functions of a program and their control flow, without symbols or debug information.
 */
package org.capvm.translator.discover;
