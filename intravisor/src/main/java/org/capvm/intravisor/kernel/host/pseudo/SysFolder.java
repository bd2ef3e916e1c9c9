package org.capvm.intravisor.kernel.host.pseudo;

import org.capvm.intravisor.kernel.host.file.Folder;
import org.capvm.intravisor.kernel.host.file.SyntheticFolder;
import org.capvm.intravisor.kernel.host.file.SyntheticFolder.Entry;

/** The guest's /sys: the processors. */
public final class SysFolder {
  private SysFolder() {}

  /** Makes the folder. */
  public static Folder folder(Folder parent, String name) {
    return new SyntheticFolder(parent, name).with("devices", containing("system", cpu()));
  }

  private static Entry cpu() {
    return containing(
        "cpu",
        new Entry.Directory(
            (parent, name) ->
                new SyntheticFolder(parent, name)
                    .withText("online", MachineText::range)
                    .withText("possible", MachineText::range)
                    .withText("present", MachineText::range)));
  }

  private static Entry containing(String entry, Entry what) {
    return new Entry.Directory(
        (parent, name) -> new SyntheticFolder(parent, name).with(entry, what));
  }
}
