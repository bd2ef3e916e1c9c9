/** What the embedding API stands on: cVMs whose streams are pipes, and calls into a library. */
package org.capvm.intravisor.embedding;
