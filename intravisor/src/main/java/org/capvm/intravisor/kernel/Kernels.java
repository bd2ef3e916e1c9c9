package org.capvm.intravisor.kernel;

import org.capvm.intravisor.cvm.Cvm;
import org.capvm.intravisor.cvm.CvmException;
import org.capvm.intravisor.cvm.CvmOptions;
import org.capvm.intravisor.cvm.Engine;
import org.capvm.intravisor.cvm.HostGuest;
import org.capvm.intravisor.ipc.IpcNamespace;
import org.capvm.intravisor.kernel.none.BareGuest;
import org.capvm.intravisor.kernel.none.Layers;

/** Makes cVMs with the kernel that their options ask for. */
public final class Kernels {
  private Kernels() {}

  /**
   * Makes a cVM that does not run yet, and shares nothing.
   *
   * @throws CvmException when its program, or a folder that it shall see, is not there
   */
  public static Cvm create(CvmOptions options, Engine engine) throws CvmException {
    return create(options, engine, new IpcNamespace(), "cvm");
  }

  /**
   * Makes a cVM that does not run yet.
   *
   * @param names of what it shares with others
   * @param name by which they know it
   * @throws CvmException when its program, or a folder that it shall see, is not there
   */
  public static Cvm create(CvmOptions options, Engine engine, IpcNamespace names, String name)
      throws CvmException {
    return create(options, engine, names, name, Layers.none());
  }

  /**
   * Makes a cVM that does not run yet.
   *
   * @param names of what it shares with others
   * @param name by which they know it
   * @param layers which of them are nested in others
   * @throws CvmException when its program, or a folder that it shall see, is not there
   */
  public static Cvm create(
      CvmOptions options, Engine engine, IpcNamespace names, String name, Layers layers)
      throws CvmException {
    return new Cvm(
        switch (options.kernel()) {
          case NONE -> new BareGuest(options, engine, names, name, layers);
          case HOST -> new HostGuest(options, engine, names, name);
        },
        options,
        name);
  }

  /**
   * Looks whether the program could be started.
   *
   * @param name by which others know it
   * @param layers which of them are nested in others
   * @throws CvmException when it could not
   */
  public static void check(CvmOptions options, Engine engine, String name, Layers layers)
      throws CvmException {
    switch (options.kernel()) {
      case NONE -> new BareGuest(options, engine, new IpcNamespace(), name, layers).close();
      case HOST -> HostGuest.check(options, engine);
    }
  }
}
