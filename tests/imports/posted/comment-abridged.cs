                    // Examples:
                    // --------------
                    // Command           : /home/user/nuget/virtualclient/packages/fio/linux-x64/fio --name=randwrite_4k --size=128G --numjobs=8 --rw=randwrite --bs=4k
                    // Exit Code         : 0
                    //
                    // ##StandardOutput##
                    // {
                    //    "fio version" : "fio-3.26-19-ge7e53",
                    //      "timestamp" : 1646873555,
                    //      "timestamp_ms" : 1646873555274,
                    //      "time" : "Thu Mar 10 00:52:35 2022",
                    //      "jobs" : [
                    //        {
                    //           ...
                    //        }
                    //      ]
                    // }
                    //
                    // ##GeneratedResults##
                    // Any results from the output of the process
