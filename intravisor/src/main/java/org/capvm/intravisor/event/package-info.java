/**
 * What a JDK Flight Recorder recording shows of cVMs. While nobody records, an event costs the look
 * at one flag, and no object is made.
 */
package org.capvm.intravisor.event;
